// How native messages stand in bytes, as manifests say it: for messages that come in and for files that go out.

/** How the bytes of a native message become its tree. */
export interface MessageFormat {
  /** json: one object or an array of objects; form: the same as text of a form field; xml, csv: see their options;
   *  adapter: the connector's `open` reads it. */
  readonly format: 'json' | 'form' | 'xml' | 'csv' | 'adapter'
  readonly form?: { readonly field: string }
  readonly xml?: XmlFormat
  readonly csv?: CsvFormat
  /** What files of this format may also come in. */
  readonly wrapped?: readonly Wrapping[]
}

export type Wrapping = 'zip' | 'multipart'

export interface XmlFormat {
  /** Prefix -> URI. Names are given by these prefixes, whatever the sender's are; '' names elements without one. An element
   *  of any other namespace is named `{uri}name`. Left out: namespaces do not matter. */
  readonly namespaces?: Readonly<Record<string, string>>
  /** Path from the root to the element that is one message; the root itself when left out. It may come many times. */
  readonly item?: string
  /** Pointers, from the item on, of elements that are lists however often they come. */
  readonly lists?: readonly string[]
  /** Of files whose sender names no encoding; also what the hub writes. */
  readonly encoding?: 'utf-8' | 'gb18030'
}

export interface CsvFormat {
  readonly delimiter?: string
  /** Names of the columns of files without a header row. */
  readonly columns?: readonly string[]
  readonly encoding?: 'utf-8' | 'gb18030'
}
