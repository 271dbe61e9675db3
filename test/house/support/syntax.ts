// Source text as a syntax tree, with the compiler that the tools use.
import ts from 'typescript'
import { readText } from './files.ts'

export function parseFile(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest, true)
}

export interface Named {
  readonly name: string
  readonly place: string
}

export interface Sized {
  readonly place: string
  readonly lines: number
}

/** The names a file declares. Keys of object literals are left out: libraries ask for some of them. */
export function declaredNames(file: ts.SourceFile): Named[] {
  return nodesOf(file).flatMap(node => {
    if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) return []
    const name = (node as { name?: ts.Node }).name
    if (name === undefined || !ts.isIdentifier(name) || ts.isPropertyAccessExpression(node)) return []
    return [{ name: name.text, place: placeOf(file, node) }]
  })
}

export function functionSizes(file: ts.SourceFile): Sized[] {
  return nodesOf(file).flatMap(node => {
    if (!ts.isFunctionLike(node) || (node as { body?: ts.Node }).body === undefined) return []
    const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line
    const last = file.getLineAndCharacterOfPosition(node.getEnd()).line
    return [{ place: placeOf(file, node), lines: last - first + 1 }]
  })
}

function placeOf(file: ts.SourceFile, node: ts.Node): string {
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`
}

function nodesOf(file: ts.SourceFile): ts.Node[] {
  const found: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}
