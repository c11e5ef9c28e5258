import type { EnumType } from "../schema/schema.ts";
import type { ResolvedColumn } from "./resolve.ts";
import { fieldError } from "./validate-field.ts";

/** The enums of a schema, collected column by column. */
export class EnumTypes {
  readonly #types = new Map<string, { readonly type: EnumType; readonly owner: string }>();

  /** Throws a ModelError if another column gives the enum other values. */
  add(model: string, { field, type, values, source }: ResolvedColumn): void {
    // The column of a foreign key to an enum uses the enum of its target.
    if (type.kind !== "enum" || values === undefined || source.kind !== "enum") return;
    const existing = this.#types.get(type.name);
    if (existing === undefined) {
      this.#types.set(type.name, {
        type: { name: type.name, values: [...values] },
        owner: `${model}.${field}`,
      });
      return;
    }
    const same =
      existing.type.values.length === values.length &&
      existing.type.values.every((value, index) => value === values[index]);
    if (same) return;
    const problem = `the enum "${type.name}" has other values than in ${existing.owner}`;
    throw fieldError(
      model,
      field,
      problem,
      'Give the same values in the same order, or another name: "...".',
    );
  }

  types(): readonly EnumType[] {
    return [...this.#types.values()].map((entry) => entry.type);
  }

  /** The field that first declared the enum. */
  ownerOf(name: string): string {
    return this.#types.get(name)?.owner ?? name;
  }
}
