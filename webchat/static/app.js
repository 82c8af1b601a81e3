/* The chat page: shows the log, sends what the visitor does, keeps the two in step. */
import { login } from "./login.js";
import { kept } from "./strings.js";
import { dressAll, large } from "./top.js";
import { begin } from "./visitor.js";
import { keepCaption } from "./writing.js";

login.listen();
keepCaption();
large(Boolean(kept.get("pb-large")));
dressAll();
begin();
