/** Where the repository and its functions are. */
export interface Place {
  /** `aws`, `aws-cn`, `aws-us-gov` */
  readonly partition: string
  readonly region: string
  readonly account: string
}
