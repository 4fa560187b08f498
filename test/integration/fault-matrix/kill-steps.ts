/** Lines of a run with `NODE_DEBUG=container-images`, and one of Architect's. */
export const firstDeploySteps: Readonly<Record<string, RegExp>> = {
  'bundle starts': /small bundle start/,
  'bundle ends': /small bundle done/,
  'repository is there': /greeter-lambda-images repository done/,
  'install starts': /small install start/,
  'install ends': /small install done/,
  'layer starts': /small layer start/,
  'layer ends': /small layer done/,
  'blob starts': /small blob start/,
  'blob ends': /small blob done/,
  'manifest starts': /small manifest start/,
  'manifest ends': /small manifest done/,
  verified: /small verify done/,
  'stack starts': /Deploying & building infrastructure/,
}

/** Where a deploy with changed code stands, by lines of `NODE_DEBUG=container-images`. */
export const nextDeploySteps: Readonly<Record<string, RegExp>> = {
  push: /small blob start/,
  'the tag of the image': /small manifest start/,
  pruning: /greeter-lambda-images prune start/,
  tagging: /small hold start/,
  'tagging, at its end': /small hold done/,
  'the stack update': /Deploying & building infrastructure/,
}

/** A power cut, and Ctrl-C. */
export const killSignals = ['SIGKILL', 'SIGINT'] as const
