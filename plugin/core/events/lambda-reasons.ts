const again = 'Deploy again later; if it stays, ask AWS support with the reason in its words.'
const network = 'Look at `vpc` of the function: '
const key =
  'Look at the key that encrypts its environment variables, and at what its policy allows.'
const files = 'Look at the EFS file system that it mounts, and at the security groups between them.'
const capacity = 'A limit of the capacity provider that it runs on: raise it, or use another one.'
const start =
  "Run it here: `arc-images invoke` starts it as Lambda does; then look at the function's log."
const zip = 'Of zip functions only: an image has no runtime and no zip.'

/**
 * Each value of Lambda's `StateReasonCode` and `LastUpdateStatusReasonCode`, as botocore 1.44.5
 * lists them, with what it means for a function in an image and what to do.
 */
export const lambdaReasons: Readonly<Record<string, string>> = {
  CapacityProviderScalingLimitExceeded: capacity,
  Creating: 'Lambda is still making it: ask again in a minute.',
  DependencyError: `Another service that Lambda needs for it failed. ${again}`,
  DisabledKMSKey: key,
  DisallowedByVpcEncryptionControl: `${network}its encryption control does not allow a function.`,
  DrainingDurableExecutions: 'Durable executions are coming to their end: ask again later.',
  EC2RequestLimitExceeded: again,
  EFSIOError: files,
  EFSMountConnectivityError: files,
  EFSMountFailure: files,
  EFSMountTimeout: files,
  EniLimitExceeded: `${network}the account has no network interface left in it.`,
  FunctionError: `It ended as Lambda started it. ${start}`,
  'FunctionError.ExtensionInitError': `An extension in the image failed to start. ${start}`,
  'FunctionError.InitResourceExhausted': `It ran out of memory, file handles or processes as it started: raise its \`memory\`. ${start}`,
  'FunctionError.InitTimeout': `It took too long to start: do less as the module is loaded. ${start}`,
  'FunctionError.InvalidEntryPoint':
    'What the image starts is not there or is for another processor. Deploy again: the plugin sets entry point, command and architecture and checks them.',
  'FunctionError.InvalidWorkingDirectory':
    'Its working directory is not in the image. Deploy again: the plugin sets /var/task.',
  'FunctionError.PermissionDenied':
    'Lambda may not run a file of the image: look at the modes that a Dockerfile gives it.',
  'FunctionError.RuntimeInitError': `Its runtime ended with an error. ${start}`,
  'FunctionError.TooManyExtensions': 'The image has more than ten extensions in /opt/extensions.',
  Idle: 'It was not called for weeks, so Lambda put it aside. The next call wakes it and may fail; call again after a minute.',
  ImageAccessDenied:
    "Lambda may not pull the image: the repository's policy has to let lambda.amazonaws.com read it. A deploy sets it, if the role may.",
  ImageDeleted:
    'Its image is no longer in the repository. Deploy again, which makes it anew; then look at who deletes images there.',
  IncompatibleAcceleratorInstanceTypes: capacity,
  InsufficientCapacity: again,
  InsufficientRolePermissions:
    "The function's own role lacks something that Lambda needs to start it; the reason names it.",
  InternalError: again,
  InvalidConfiguration: 'Lambda cannot run it as it is configured; the reason names what is wrong.',
  InvalidImage:
    'Lambda cannot use the image. Images that the plugin makes are checked for this: look whether it runs one (`arc-images images`).',
  InvalidRuntime: zip,
  InvalidSecurityGroup: `${network}its security group is gone.`,
  InvalidStateKMSKey: key,
  InvalidSubnet: `${network}its subnet is gone.`,
  InvalidZipFileException: zip,
  KMSKeyAccessDenied: key,
  KMSKeyNotFound: key,
  Restoring: 'Lambda is waking it: ask again in a minute.',
  ServiceQuotaExceededException: 'A quota of the account is used up; the reason names it.',
  SubnetOutOfIPAddresses: `${network}its subnets have no address left.`,
  VcpuLimitExceeded: capacity,
}

/** The heading in docs/troubleshooting.md under which all of them are. */
export const lambdaReasonsSection = 'A function is deployed and not `Active`'

/** A code that occurs somewhere in a text; the longest, since some begin with another. */
export function lambdaReasonIn(text: string): string | undefined {
  const words = text.match(/[A-Z][A-Za-z0-9]+(?:\.[A-Z][A-Za-z]+)?/g) ?? []
  return words.find((word) => Object.hasOwn(lambdaReasons, word))
}
