/** Whether a text names a policy, by its ARN or its name. */
export function isBoundary(text: string): boolean {
  return /^(?:arn:aws[\w-]*:iam::(?:\d{12}|aws):policy\/)?(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,128}$/.test(
    text,
  )
}
