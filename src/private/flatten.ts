/** A resolved value as text, with intrinsic functions as cdk-nag writes them: `<Ref>`, `<Resource.Attribute>`. */
export function flatten(value: any): string {
  if (typeof value !== 'object') {
    return String(value);
  }
  const { 'Ref': ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value;
  return ref ? `<${ref}>` : attribute ? `<${attribute.join('.')}>` : join ? join[1].map(flatten).join(join[0]) : JSON.stringify(value);
}
