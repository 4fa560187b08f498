export type { ModelImage } from './image.ts'
export { parsePolicy, type ModelRule } from './policy.ts'
export { evaluateLifecycle, evaluateTransitions } from './evaluate-lifecycle.ts'
export { deleteDigest, deleteTag, putImage } from './tags.ts'
