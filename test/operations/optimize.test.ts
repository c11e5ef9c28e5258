import { describe, expect, test } from "bun:test";
import { migrations as m } from "../../src/operations/build.ts";
import { optimize } from "../../src/operations/optimize.ts";
import type { Operation } from "../../src/operations/types.ts";

const user = m.createTable("user", { id: m.int({ pk: true }) });
const author = m.int({ references: { table: "user", column: "id" } });

describe("optimize", () => {
  test.each<[string, Operation[]]>([
    ["a table", [user, m.dropTable("user")]],
    ["a column", [m.addColumn("user", "a", m.int()), m.dropColumn("user", "a")]],
    ["an index", [m.createIndex("user", ["id"]), m.dropIndex("user", "user_id_idx")]],
    ["a constraint", [m.addConstraint("user", { unique: ["id"] }), m.dropConstraint("user", "user_id_key")]],
    ["an enum", [m.createEnum("mood", ["ok"]), m.alterEnum("mood", ["ok", "no"]), m.dropEnum("mood")]],
    [
      "a table with all that came to it",
      [
        user,
        m.addColumn("user", "a", m.int()),
        m.createIndex("user", ["a"]),
        m.alterColumn("user", "a", m.text()),
        m.dropTable("user"),
      ],
    ],
    [
      "what lies in what comes and goes",
      [
        m.addColumn("user", "a", m.int()),
        m.addColumn("user", "b", m.int()),
        m.createIndex("user", ["b"]),
        m.dropIndex("user", "user_b_idx"),
        m.dropColumn("user", "b"),
        m.dropColumn("user", "a"),
      ],
    ],
  ])("removes %s that comes and goes", (_, operations) => {
    expect(optimize(operations)).toEqual([]);
  });

  test("moves what belongs to a new table into it", () => {
    const optimized = optimize([
      user,
      m.createTable("post", { id: m.int({ pk: true }) }),
      m.addColumn("user", "name", m.text()),
      m.createIndex("user", ["name"]),
      m.addConstraint("user", { unique: ["name"] }),
      m.addColumn("post", "author", author),
    ]);
    expect(optimized).toEqual([
      m.createTable(
        "user",
        { id: m.int({ pk: true }), name: m.text() },
        { uniques: [{ columns: ["name"] }], indexes: [{ columns: ["name"] }] },
      ),
      m.createTable("post", { id: m.int({ pk: true }), author }),
    ]);
  });

  test("leaves the closing key of a circle after both tables", () => {
    const circle = [
      m.createTable("a", { id: m.int({ pk: true }), b: m.int() }),
      m.createTable("b", { id: m.int({ pk: true }), a: m.int({ references: { table: "a", column: "id" } }) }),
      m.addConstraint("a", { foreignKey: ["b"], references: { table: "b", columns: ["id"] } }),
    ];
    expect(optimize(circle)).toEqual(circle);
  });

  test("changes a table with its own operations, not one that refers to it", () => {
    const operations = [
      user,
      m.createTable("post", { author }),
      m.addColumn("user", "name", m.text({ null: true })),
    ];
    expect(optimize(operations)).toEqual(operations);
  });

  test("moves nothing across SQL, code and renames", () => {
    for (const barrier of [m.runSQL("SELECT 1"), m.runCode(() => {}), m.renameTable("x", "y")]) {
      const operations = [user, barrier, m.addColumn("user", "a", m.int()), m.dropTable("user")];
      expect(optimize(operations)).toEqual([
        user,
        barrier,
        m.addColumn("user", "a", m.int()),
        m.dropTable("user"),
      ]);
    }
  });

  test("creates an enum with its last values", () => {
    expect(optimize([m.createEnum("mood", ["ok"]), m.alterEnum("mood", ["ok", "no"])])).toEqual([
      m.createEnum("mood", ["ok", "no"]),
    ]);
  });
});
