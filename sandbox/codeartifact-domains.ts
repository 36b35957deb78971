import { type Answer, type ApiRequest, awsError, domainNotFound } from './codeartifact-errors';

/** A domain that the stand-in knows. */
export interface Domain {
  readonly name: string;
  /** @default - the stand-in's account */
  readonly owner?: string;
  readonly repositories: string[];
}

type Parameters = Record<string, string>;

/** The domains of the stand-in with the names of their repositories, and the operations that list, make and remove them. */
export class Domains {
  private readonly domains: Required<Domain>[];

  constructor(private readonly region: string, private readonly account: string, domains: Domain[]) {
    this.domains = domains.map((domain) => ({ owner: account, ...domain }));
  }

  ownerIn(parameters: Parameters): string {
    return parameters['domain-owner'] ?? this.account;
  }

  named(name: string, owner?: string): Required<Domain> | undefined {
    return this.domains.find((domain) => domain.name === name && (owner === undefined || domain.owner === owner));
  }

  /** What a call asks for that is not there, or is there already. */
  refuse({ operation, parameters }: ApiRequest): Answer | undefined {
    const owner = this.ownerIn(parameters);
    const domain = this.named(parameters.domain, owner);
    if (operation === 'ListDomains') {
      return undefined;
    }
    if (operation === 'CreateDomain') {
      return domain && awsError('ConflictException', `Domain already exists. Domain '${domain.name}' owned by account '${owner}' already exists.`,
        { resourceId: domain.name, resourceType: 'domain' });
    }
    if (!domain) {
      return domainNotFound(parameters.domain, owner);
    }
    const there = domain.repositories.includes(parameters.repository);
    const named = `Repository '${parameters.repository}' in domain '${domain.name}' owned by account '${owner}'`;
    const members = { resourceId: parameters.repository, resourceType: 'repository' };
    switch (operation) {
      case 'CreateRepository':
        return there ? awsError('ConflictException', `Repository already exists. ${named} already exists.`, members) : undefined;
      case 'DeleteRepository':
      case 'GetRepositoryEndpoint':
        return there ? undefined : awsError('ResourceNotFoundException', `Repository not found. ${named} does not exist.`, members);
      case 'DeleteDomain':
        return domain.repositories.length > 0
          ? awsError('ConflictException', `Domain '${domain.name}' contains repositories.`, { resourceId: domain.name, resourceType: 'domain' })
          : undefined;
      default:
        return undefined;
    }
  }

  /** Answers what concerns domains and repositories alone, once nothing is refused. */
  answer({ operation, parameters }: ApiRequest): Answer | undefined {
    const owner = this.ownerIn(parameters);
    const domain = this.named(parameters.domain, owner);
    const { repository } = parameters;
    switch (operation) {
      case 'ListDomains':
        return found({ domains: this.domains.filter((one) => one.owner === this.account).map((one) => this.describe(one)) });
      case 'CreateDomain': {
        const created = { name: parameters.domain, owner, repositories: [] };
        this.domains.push(created);
        return found({ domain: this.describe(created) });
      }
      case 'DeleteDomain':
        this.domains.splice(this.domains.indexOf(domain!), 1);
        return found({ domain: this.describe(domain!) });
      case 'ListRepositoriesInDomain':
        return found({ repositories: domain!.repositories.map((name) => this.describeRepository(domain!, name)) });
      case 'CreateRepository':
        domain!.repositories.push(repository);
        return found({ repository: this.describeRepository(domain!, repository) });
      case 'DeleteRepository':
        domain!.repositories.splice(domain!.repositories.indexOf(repository), 1);
        return found({ repository: this.describeRepository(domain!, repository) });
      default:
        return undefined;
    }
  }

  private describe({ name, owner }: Required<Domain>) {
    return { name, owner, arn: `arn:aws:codeartifact:${this.region}:${owner}:domain/${name}`, status: 'Active' };
  }

  private describeRepository({ name: domainName, owner: domainOwner }: Required<Domain>, name: string) {
    const arn = `arn:aws:codeartifact:${this.region}:${domainOwner}:repository/${domainName}/${name}`;
    return { name, administratorAccount: domainOwner, domainName, domainOwner, arn };
  }
}

const found = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) });
