/** A path of keys as it stands in code. */
export function pathText(path: readonly string[]): string {
  return path.reduce((text, key) => {
    if (!/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}
