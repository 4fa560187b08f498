import { ContainerImageError } from '../../errors.ts'
import type { PullRequest } from './put-comment.ts'

/**
 * The repository that a workflow runs for, as GitHub's variables name it.
 * @throws ContainerImageError COMMAND_INVALID outside a workflow, or without its token
 */
export function repositoryOnGitHub(environment: NodeJS.ProcessEnv): Omit<PullRequest, 'number'> {
  const { GITHUB_API_URL: api, GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository } = environment
  if (token === undefined || repository === undefined)
    throw new ContainerImageError(
      'COMMAND_INVALID',
      'arc-images report --pull-request needs GITHUB_TOKEN and GITHUB_REPOSITORY in the environment.',
    )
  return { api: api ?? 'https://api.github.com', token, repository }
}
