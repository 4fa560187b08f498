import type { ImageFunction } from '../model.ts'

/** The environment of a started function. */
export interface FunctionVariables {
  readonly environment: Readonly<Record<string, string>>
  /** Names of those whose values only CloudFormation will know. */
  readonly placeholders: readonly string[]
}

/** Stands for every value that is not known yet, so that an error which shows it names its reason. */
export const placeholder = 'known-after-deploy'

/** What Lambda gives a function whose template says nothing else. */
export const defaultMemory = 128

/**
 * The variables that Lambda gives a function of an image: those of the image's config, over them
 * those of the template, over them Lambda's own. Credentials are of the right form and good for
 * nothing.
 * @param imageVariables `Env` of the image's config
 */
export function functionVariables(
  lambda: Pick<ImageFunction, 'logicalId' | 'environment' | 'command' | 'memory'>,
  imageVariables: readonly string[],
): FunctionVariables {
  const own = Object.entries(lambda.environment).map(([name, value]) => {
    const isKnown = ['string', 'number', 'boolean'].includes(typeof value)
    return { name, value: isKnown ? String(value) : placeholder, isKnown }
  })
  return {
    environment: {
      ...Object.fromEntries(imageVariables.map(splitVariable)),
      ...Object.fromEntries(own.map(({ name, value }) => [name, value])),
      ...lambdaVariables(lambda),
    },
    placeholders: own.filter(({ isKnown }) => !isKnown).map(({ name }) => name),
  }
}

function splitVariable(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** AWS's list of reserved variables, and what an image function has besides. */
function lambdaVariables({
  logicalId,
  command,
  memory = defaultMemory,
}: Pick<ImageFunction, 'logicalId' | 'command' | 'memory'>): Readonly<Record<string, string>> {
  return {
    _HANDLER: command,
    _X_AMZN_TRACE_ID: 'Root=1-00000000-000000000000000000000000;Sampled=0',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EXECUTION_ENV: 'AWS_Lambda_Image',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
    AWS_LAMBDA_FUNCTION_NAME: logicalId,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${logicalId}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]00000000000000000000000000000000',
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
    AWS_REGION: 'us-east-1',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    AWS_SESSION_TOKEN: 'a-token-of-a-start-check-which-nobody-takes',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129:2000',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: '/var/task',
  }
}
