/** Something that the docs say of AWS and that nothing but AWS can prove. */
export interface Claim {
  readonly id: string
  /** As README's list has it. */
  readonly sentence: string
}

/** The list in README's "Not verified on live AWS"; `claims.test.ts` holds the two to each other. */
export const claims = [
  {
    id: 'push',
    sentence: 'ECR takes the push, blobs in one piece each, and serves the same digest.',
  },
  {
    id: 'repository',
    sentence: 'ECR takes the repository settings: immutable tags, pull policy, lifecycle.',
  },
  { id: 'layers', sentence: 'Lambda accepts the layers that the embedded builder writes.' },
  { id: 'docker', sentence: "Lambda accepts the image that Docker's buildx pushes." },
  { id: 'invoke', sentence: 'The deployed function starts and answers by its ImageConfig.' },
  { id: 'client', sentence: "AWS's Node base brings aws-lambda-ric 4 for Node 24." },
  { id: 'identical', sentence: 'CloudFormation accepts an update in which nothing differs.' },
  { id: 'change', sentence: 'A changed line runs after the deploy, since ImageUri is a digest.' },
  {
    id: 'replace',
    sentence: 'CloudFormation replaces a function that goes from zip to image, and back.',
  },
  {
    id: 'rollback',
    sentence: 'A failed update rolls back to the previous image, which is still there.',
  },
  {
    id: 'why',
    sentence: 'DescribeEvents tells why an update failed, and a deploy ends with its root cause.',
  },
  { id: 'lifecycle', sentence: 'The lifecycle policy expires no image that a stack runs.' },
  { id: 'gc', sentence: 'arc-images gc removes nothing that a stack runs.' },
  { id: 'teardown', sentence: 'arc-images destroy deletes a preview stack and what it left.' },
] as const satisfies readonly Claim[]

export type ClaimId = (typeof claims)[number]['id']

/** What was seen of a claim. */
export interface Finding {
  readonly verdict: 'holds' | 'does not hold' | 'not tried'
  /** AWS's own words, or why it was not tried. */
  readonly seen: string
}
