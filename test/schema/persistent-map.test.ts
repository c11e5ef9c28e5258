import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PersistentMap } from "../../src/schema/persistent-map.ts";
import { check } from "../support/runs.ts";

const sorted = (entries: Iterable<[string, number]>) =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** Two keys with one CRC-32, found by search. */
const COLLISION = ["k97872", "k15860000"] as const;

describe("PersistentMap", () => {
  test("behaves like Map, and no change is seen in an older map", () => {
    const key = fc.oneof(fc.nat(60).map(String), fc.string(), fc.constantFrom(...COLLISION));
    const change = fc.record({ key, value: fc.nat(), drop: fc.boolean() });
    check(fc.array(change, { maxLength: 200, size: "max" }), (changes) => {
      const model = new Map<string, number>();
      let map = PersistentMap.empty<number>();
      const history: { map: PersistentMap<number>; entries: [string, number][] }[] = [];
      for (const { key: name, value, drop } of changes) {
        history.push({ map, entries: sorted(model) });
        map = drop ? map.delete(name) : map.set(name, value);
        if (drop) model.delete(name);
        else model.set(name, value);
        expect(map.get(name)).toBe(drop ? undefined : value);
        expect(map.has(name)).toBe(!drop);
        expect(map.size).toBe(model.size);
      }
      for (const older of [...history, { map, entries: sorted(model) }]) {
        expect(sorted(older.map.entries())).toEqual(older.entries);
        expect(older.map.size).toBe(older.entries.length);
      }
      expect([...map.keys()].sort()).toEqual([...model.keys()].sort());
      expect([...map.values()].sort()).toEqual([...model.values()].sort());
    });
  });

  test("keeps thousands of keys and gives them all back", () => {
    const keys = Array.from({ length: 5000 }, (_, number) => `table_${number}`);
    let map = PersistentMap.from(keys.map((key, number) => [key, number] as const));
    expect(map.size).toBe(5000);
    expect(keys.every((key, number) => map.get(key) === number)).toBe(true);
    for (const key of keys.filter((_, number) => number % 2 === 0)) map = map.delete(key);
    expect(map.size).toBe(2500);
    expect(keys.every((key, number) => map.has(key) === (number % 2 === 1))).toBe(true);
  });

  test("keeps keys apart that have the same hash, also when the map is deep", () => {
    const [one, other] = COLLISION;
    expect(Bun.hash.crc32(one)).toBe(Bun.hash.crc32(other));
    let map = PersistentMap.from(Array.from({ length: 3000 }, (_, at) => [`filler${at}`, at] as const));
    map = map.set(one, 1).set(other, 2);
    expect([map.get(one), map.get(other)]).toEqual([1, 2]);
    map = map.delete(one);
    expect([map.get(one), map.get(other), map.size]).toEqual([undefined, 2, 3001]);
  });

  test("is the same map when a key that is not there is deleted", () => {
    const map = PersistentMap.from([["a", 1]]);
    expect(map.delete("b")).toBe(map);
  });
});
