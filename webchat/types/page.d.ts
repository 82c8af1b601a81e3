/* What TypeScript can't know of the page: its elements are all HTML's, and what an id stands for. */
interface Element {
  readonly dataset: DOMStringMap;
  hidden: boolean;
  offsetHeight: number;
  focus(options?: FocusOptions): void;
}

interface EventTarget {
  closest?(selectors: string): Element | null;
}

interface Window {
  trustedTypes?: any;
}

interface MediaRecorder {
  /* Whether what was said is to be sent. */
  wanted?: boolean;
}

/* An element by its id: the page's own HTML says what it is. */
interface Some extends HTMLElement {
  value: string;
  disabled: boolean;
  files: FileList;
  src: string;
  href: string;
  dateTime: string;
  options: HTMLOptionsCollection;
  returnValue: string;
  select(): void;
  showModal(): void;
  close(returnValue?: string): void;
}
