// What the compiler can't know: which element of a page an id or a selector finds.
interface Document {
  getElementById(id: string): any;
}
interface ParentNode {
  querySelector<E extends Element = any>(selectors: string): E | null;
  querySelectorAll<E extends Element = any>(selectors: string): NodeListOf<E>;
}
interface Window {
  /** The graph page, for its tests. */
  ldnGraph: object;
}
