/** Whether a variable's name is one that secrets have. */
export function looksSecret(variable: string): boolean {
  return /SECRET|TOKEN|PASSWORD|PRIVATE|CREDENTIAL|_KEYS?$/i.test(variable)
}
