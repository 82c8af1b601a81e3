/* What goes over the wire: written by deploy/wire.py of the models, never by hand. */

/* The office: names, addresses and hours by language. */
export interface AboutOffice {
  names: Record<string, string>;
  addresses: Record<string, string>;
  hours: Record<string, string>;
  phone: string;
  zone: string;
}

/* Either `data`, to be pressed, or `url`, to be opened. */
export interface Button {
  text: string;
  data?: string;
  url?: string;
}

/* A visitor comes, perhaps by a link. */
export interface Enter {
  key: string;
  lang?: any;
  start?: string;
}

/* A file of a line. */
export interface File {
  id: number;
  name: string;
  mime: string;
  size: number;
  kind?: "photo" | "document" | "voice" | "video" | "archive";
  of?: string;
}

/* Lines of before. */
export interface History {
  lines: Array<Line>;
  more: boolean;
}

/* A line of the visitor's log. */
export interface Line {
  id: number;
  seq: number;
  who: "me" | "office";
  at: string;
  text: string;
  buttons: Array<Array<Button>>;
  files: Array<File>;
  reply_to: number;
  key: string;
  list: boolean;
}

/* One step of an officer's login. */
export interface Login {
  do?: string;
  value?: string;
  lang?: any;
}

/* The next step of a login, as the page shows it. */
export interface LoginStep {
  title: string;
  text: string;
  field: string;
  does: string;
  button: string;
  buttons: Array<[string, string]>;
  secret: string;
  picture: string;
  key: any;
  failed: string;
  done: boolean;
}

/* The news that came since. */
export interface News {
  lines: Array<Line>;
  who: string;
}

/* The answer that the page begins with. */
export interface Opening {
  chat: number;
  lang: string;
  who: string;
  menu: Array<Record<string, string>>;
  shut: boolean;
  office: AboutOffice;
  last: number;
  lines: Array<Line>;
  more: boolean;
}

/* A place. */
export interface Place {
  key: string;
  lang?: any;
  after?: number | null;
  latitude: number;
  longitude: number;
}

/* A pressed button. */
export interface Press {
  key: string;
  lang?: any;
  after?: number | null;
  message: number | null;
  data: string;
}

/* The outcome of a press. */
export interface Pressed {
  lines: Array<Line>;
  who: string;
  toast: string;
}

/* Why something isn't done. */
export interface Refused {
  error: Record<string, string>;
}

/* The outcome of something that was sent. */
export interface Said {
  lines: Array<Line>;
  who: string;
  line?: Line;
}

/* Something written. */
export interface Say {
  key: string;
  lang?: any;
  after?: number | null;
  text: string;
  reply_to?: number | null;
}

/* A file, with what goes beside it. */
export interface Upload {
  key: string;
  lang?: string;
  after?: string;
  kind?: string;
  caption?: string;
  album?: string;
  file: string;
}
