import { YaraError } from "../../errors.ts";

/** `get` found no row. */
export class DoesNotExist extends YaraError {
  constructor(model: string, where: string) {
    super(`${model}: no row matches ${where}`, {
      hint: "use filter(...).first() where a missing row is not an error, or getOrCreate(...) to create it",
    });
    this.name = "DoesNotExist";
  }
}

/** `get` found more than one row. */
export class MultipleObjectsReturned extends YaraError {
  constructor(model: string, where: string) {
    super(`${model}: more than one row matches ${where}`, {
      hint: "narrow the condition, or use filter(...) for several rows",
    });
    this.name = "MultipleObjectsReturned";
  }
}
