/**
 * The addresses at which CodeArtifact is called.
 *
 * @see https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetRepositoryEndpoint.html
 */
export enum EndpointType {
  /** IPv4 alone: `<domain>-<owner>.d.codeartifact.<region>.amazonaws.com`. */
  IPV4 = 'ipv4',
  /** IPv4 and IPv6: `<domain>-<owner>.codeartifact.<region>.on.aws`. */
  DUAL_STACK = 'dualstack',
}
