import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** A declaration file as the compiler emits it: what it declares, and where the other names in it come from. */
interface Module {
  readonly declared: ReadonlyMap<string, Declared>;
  readonly named: ReadonlyMap<string, Place>;
  /** Of which it exports everything. */
  readonly all: readonly string[];
}

interface Declared {
  readonly text: string;
  /** The compiler writes others out: types that are not exported, and what `Simplify` makes. */
  readonly mustBeNamed: boolean;
}

interface Place {
  readonly path: string;
  readonly name: string;
}

/**
 * The types in the declarations of `index` and in all that these speak of, which `index` does not export: a program whose
 * declarations have one of them cannot be compiled. As `file: name <- where it stands`.
 */
export function unnamedTypes(index: string): string[] {
  const exported = exportsOf(index);
  const from = new Map([...exported.values()].map((place) => [keyOf(place), "the index"]));
  const found: string[] = [];
  const waiting = [...exported.values()];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { declared, named } = readModule(place.path);
    const { text = "", mustBeNamed } = declared.get(place.name) ?? {};
    const isExported = [...exported.values()].some((one) => keyOf(one) === keyOf(place as Place));
    const where = `${relative(dirname(index), place.path)}: ${place.name}`;
    if (mustBeNamed === true && !isExported) found.push(`${where} <- ${from.get(keyOf(place))}`);
    for (const [name = ""] of text.matchAll(/[A-Za-z_$][\w$]*/g)) {
      const other = declared.has(name) ? { path: place.path, name } : named.get(name);
      const meant = other && placeOf(other);
      if (meant === undefined || from.has(keyOf(meant))) continue;
      from.set(keyOf(meant), where);
      waiting.push(meant);
    }
  }
  return found.sort();
}

const keyOf = ({ path, name }: Place): string => `${path}#${name}`;

/** What a file exports that declares nothing itself and imports nothing. */
function exportsOf(path: string): ReadonlyMap<string, Place> {
  const { named, all } = readModule(path);
  const places = [...named.keys()].flatMap((name) => {
    const meant = placeOf({ path, name });
    return meant === undefined ? [] : [[name, meant] as const];
  });
  return new Map([...places, ...all.flatMap((other) => [...exportsOf(other)])]);
}

/** Where it is declared; undefined for what comes from elsewhere. */
function placeOf(place: Place): Place | undefined {
  if (!place.path.endsWith(".d.ts")) return undefined;
  const { declared, named } = readModule(place.path);
  const other = named.get(place.name);
  return declared.has(place.name) ? place : other && placeOf(other);
}

const modules = new Map<string, Module>();

function readModule(path: string): Module {
  const known = modules.get(path);
  if (known !== undefined) return known;
  const source = readFileSync(path, "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const declared = new Map<string, Declared>();
  const named = new Map<string, Place>();
  const all: string[] = [];
  const fileOf = (from: string) =>
    from.startsWith(".") ? join(dirname(path), from.replace(/\.ts$/, ".d.ts")) : from;
  for (const part of source.split(/^(?=(?:export|declare|import|type|interface)\b)/m)) {
    const list = /^(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s+from\s+"([^"]+)"/.exec(part);
    for (const entry of list?.[1]?.split(",") ?? []) {
      const [name = "", alias = name] = entry
        .trim()
        .replace(/^type\s+/, "")
        .split(/\s+as\s+/);
      if (name !== "") named.set(alias, { path: fileOf(list?.[2] ?? ""), name });
    }
    const [, star] = /^export\s+(?:type\s+)?\*\s+from\s+"([^"]+)"/.exec(part) ?? [];
    if (star !== undefined) all.push(fileOf(star));
    const [, exported, kind, name] =
      /^(export\s+)?(?:declare\s+)?(type|interface|class|const|function)\s+([\w$]+)/.exec(part) ?? [];
    if (name === undefined) continue;
    const text = `${declared.get(name)?.text ?? ""}${part}`
      .replaceAll(/"[^"]*"/g, "")
      // Nobody gets a constructor by inference, and what is inherited is a part of the type.
      .replaceAll(/^\s*constructor\(.*$|^(?:export )?(?:declare )?(?:interface|class) [^{]*\{/gm, "");
    const isWrittenOut = exported === undefined || text.includes("= Simplify<");
    const mustBeNamed = kind === "interface" || (kind === "type" && !isWrittenOut);
    declared.set(name, { text, mustBeNamed });
  }
  const module = { declared, named, all };
  modules.set(path, module);
  return module;
}
