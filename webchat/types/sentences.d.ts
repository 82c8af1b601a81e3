/* What the office serves as sentences.js. */
export const DEFAULT: string;
export const LANGUAGES: Record<string, {
  name: string;
  tag: string;
  clients: string[];
  says: Record<string, string | { value: string; forms: string[] }>;
}>;
