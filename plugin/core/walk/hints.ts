/** Words without which a text loads no other file. */
export const hints = /\b(?:[Rr]equire\w*|import|export|Worker)\b/g
