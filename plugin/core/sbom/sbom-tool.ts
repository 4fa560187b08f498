/** What writes a document, as the document says. */
export interface SbomTool {
  readonly name: string
  readonly version: string
}
