/** Fenced blocks hold examples: what looks like a heading or a link there is neither. */
function withoutCode(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
}

export function headingsOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1]!.trim())
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\-_ ]/gu, '')
    .replaceAll(' ', '-')
}

/** The targets of relative links, `[words](target)`. */
export function linksOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((target) => !/^[a-z]+:/i.test(target))
}

/** Paths of our own code in backticks, such as `src/serve.ts`. */
export function pathsNamed(text: string): string[] {
  return [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|js|yaml|jsonl|sql|prisma))`/g)].map((match) => match[1]!)
}

/** Folders of the first tree in a document, where a subfolder is indented: `core`, `core/message` … */
export function foldersDrawn(text: string): string[] {
  const tree = /```\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
  let parent = ''
  return tree.split('\n').flatMap((line) => {
    const names = [...line.matchAll(/(?<=^| )([\w-]+)\/(?= |$)/g)].map((match) => match[1]!)
    if (line.startsWith(' ')) return names.map((name) => `${parent}/${name}`)
    parent = names[0] ?? ''
    return names
  })
}
