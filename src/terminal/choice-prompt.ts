import {
  createPrompt,
  isDownKey,
  isEnterKey,
  isUpKey,
  useKeypress,
  usePagination,
  useState,
} from "@inquirer/core";
import type { Paint } from "./paint.ts";
import { visible } from "./visible.ts";

export interface Choosing {
  readonly message: string;
  readonly choices: readonly string[];
  readonly paint: Paint;
}

/** This many lines of choices are seen at once. */
const PAGE_LINES = 7;

/** The library shows the cursor again when the question is over. */
const HIDE_CURSOR = "\u001B[?25l";

/**
 * The place of the choice that is taken, from 0; the first is what Enter alone takes. Whatever is typed and is not the number of a
 * choice is told, and Enter takes nothing until there is a choice again: a mistyped number must not be an answer.
 */
export const choicePrompt = createPrompt<number, Choosing>(({ message, choices, paint }, done) => {
  const [active, setActive] = useState(0);
  const [wrong, setWrong] = useState<string>();
  const [isOver, setOver] = useState(false);
  const last = choices.length - 1;
  useKeypress((key, typing) => {
    if (isEnterKey(key)) {
      if (wrong !== undefined) return;
      setOver(true);
      done(active);
    } else if (isUpKey(key) || isDownKey(key)) {
      typing.clearLine(0);
      setWrong(undefined);
      setActive(isUpKey(key) ? Math.max(active - 1, 0) : Math.min(active + 1, last));
    } else {
      const typed = typing.line.trim();
      const place = /^\d+$/.test(typed) ? Number(typed) - 1 : -1;
      const isChoice = place >= 0 && place <= last;
      if (isChoice) setActive(place);
      setWrong(isChoice || typed === "" ? undefined : typed);
    }
  });
  const page = usePagination({
    items: choices,
    active,
    pageSize: PAGE_LINES,
    loop: false,
    renderItem({ item, index, isActive }) {
      const line = `${isActive ? ">" : " "} ${index + 1}. ${item}`;
      return isActive ? paint.cyan(line) : line;
    },
  });
  const question = paint.bold(message);
  if (isOver) return `${paint.green("?")} ${question} ${paint.cyan(choices[active] ?? "")}`;
  const keys = "arrow keys or a number, then Enter; Ctrl-C stops";
  const help =
    wrong === undefined
      ? paint.dim(keys)
      : paint.yellow(`there is no choice ${visible(wrong)}, only 1 to ${choices.length}: ${keys}`);
  return `${paint.cyan("?")} ${question}\n${page}\n \n${help}${HIDE_CURSOR}`;
});
