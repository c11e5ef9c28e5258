import { describe, expect, spyOn, test } from "bun:test";
import { resolve } from "node:path";
import { serverName } from "../../src/connection/postgres-url.ts";
import { hidePassword, type PostgresUrl, parseDatabaseUrl } from "../../src/connection/url.ts";
import { UsageError } from "../../src/errors.ts";

const SECRET = "s3cr3t";

function postgres(url: string, environment: Record<string, string> = {}): PostgresUrl {
  const parsed = parseDatabaseUrl(url, environment);
  if (parsed.dialect !== "postgres") throw new Error("not a PostgreSQL URL");
  return parsed;
}

function refusal(url: string): UsageError {
  try {
    parseDatabaseUrl(url, {});
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`${url} was accepted`);
}

describe("URLs of SQLite", () => {
  test.each([
    ["sqlite:///relative.db", resolve("relative.db")],
    ["sqlite:////absolute/a.db", "/absolute/a.db"],
    ["sqlite:path.db", resolve("path.db")],
    ["sqlite:/abs.db", "/abs.db"],
    ["sqlite://path.db", resolve("path.db")],
    ["SQLite:///my%20data%3F.db", resolve("my data?.db")],
    ["some/file.db", resolve("some/file.db")],
    ["/tmp/100%.db", "/tmp/100%.db"],
    [" ./x.db\n", resolve("x.db")],
    ["sqlite://:memory:", ":memory:"],
    ["sqlite::memory:", ":memory:"],
    [":memory:", ":memory:"],
    ["me@home/app.db", resolve("me@home/app.db")],
    ["./postgres//app:x@h/f", resolve("postgres/app:x@h/f")],
    ["/data/app:x@h/f.db", "/data/app:x@h/f.db"],
    ["sqlite:data//app.db", resolve("data/app.db")],
    ["sqlite:./app:x@h/f.db", resolve("app:x@h/f.db")],
    // On Windows it is absolute, elsewhere the name of a file.
    ["C:\\data\\me@home\\app.db", resolve("C:\\data\\me@home\\app.db")],
    ["C:/data/me@home/app.db", resolve("C:/data/me@home/app.db")],
  ])("%s", (url, path) => {
    expect(parseDatabaseUrl(url, {})).toEqual({ dialect: "sqlite", path });
  });

  test("an option is refused, and so is a missing name", () => {
    expect(refusal("sqlite:///a.db?mode=ro").message).toContain("takes no options");
    expect(refusal("sqlite:").message).toContain("names no file");
    expect(refusal("sqlite:///").message).toContain("names no file");
    expect(refusal("sqlite:///a%zz.db").message).toContain("hexadecimal");
  });
});

describe("URLs of PostgreSQL", () => {
  test("every part is read and decoded", () => {
    const url =
      "postgresql://us%40er:p%40ss%2Fw%3Ao%23r%25d%3F%26%3D%C3%A9%201@db.example:6543/my%20db" +
      "?sslmode=verify-ca&sslrootcert=%2Fca.pem&search_path=a,b&application_name=app%201&connect_timeout=7&options=-c%20x%3D1";
    expect(postgres(url)).toEqual({
      dialect: "postgres",
      host: "db.example",
      port: 6543,
      database: "my db",
      user: "us@er",
      password: "p@ss/w:o#r%d?&=é 1",
      socket: undefined,
      sslMode: "verify-ca",
      sslRootCert: "/ca.pem",
      sslCert: undefined,
      sslKey: undefined,
      searchPath: "a,b",
      applicationName: "app 1",
      connectTimeout: 7,
      options: "-c x=1",
    });
  });

  test("a colon, a question mark and a hash may stand in the password as they are", () => {
    expect(postgres("postgres://u:a:b?c#d@h/db")).toMatchObject({
      password: "a:b?c#d",
      host: "h",
      database: "db",
    });
  });

  test("a socket is a folder in host, in the place of the host or in PGHOST", () => {
    const expected = { host: "/run/sock", socket: "/run/sock/.s.PGSQL.5433", port: 5433, database: "db" };
    expect(postgres("postgres://u@%2Frun%2Fsock:5433/db")).toMatchObject(expected);
    expect(postgres("postgres://u@/db?host=/run/sock&port=5433")).toMatchObject(expected);
    expect(postgres("postgres:///db", { PGHOST: "/run/sock", PGPORT: "5433" })).toMatchObject(expected);
  });

  test("an address of IPv6 stands in brackets", () => {
    expect(postgres("postgres://u@[::1]:5433/db")).toMatchObject({ host: "::1", port: 5433 });
    expect(serverName(postgres("postgres://u:pw@[::1]:5433/db"))).toBe("[::1]:5433");
  });

  test("what is left out comes from the environment, what is given does not", () => {
    const environment = {
      PGUSER: "eu",
      PGPASSWORD: "ep",
      PGHOST: "eh",
      PGPORT: "7777",
      PGDATABASE: "ed",
      PGSSLMODE: "require",
      PGAPPNAME: "ea",
    };
    expect(postgres("postgres://", environment)).toMatchObject({
      user: "eu",
      password: "ep",
      host: "eh",
      port: 7777,
      database: "ed",
      sslMode: "require",
      applicationName: "ea",
    });
    expect(postgres("postgres://u:p@h:1/d?sslmode=disable&application_name=a", environment)).toMatchObject({
      user: "u",
      password: "p",
      host: "h",
      port: 1,
      database: "d",
      sslMode: "disable",
      applicationName: "a",
    });
  });

  test("who is named nowhere is the user of the process, whatever the variables of a login say", () => {
    using _ = spyOn(process, "geteuid").mockReturnValue(0);
    for (const environment of [{}, { USER: "somebody" }]) {
      expect(postgres("postgres://h", environment)).toMatchObject({ user: "root", database: "root" });
      expect(postgres("postgres://h/d", { ...environment, PGUSER: "ann" }).user).toBe("ann");
    }
  });

  test("a user that has a number alone is named by the variables, or not at all", () => {
    using _ = spyOn(process, "geteuid").mockReturnValue(4_000_000_000);
    expect(postgres("postgres://h/d", { USER: "ann" }).user).toBe("ann");
    expect(postgres("postgres://h/d", { USER: "", LOGNAME: "bob" }).user).toBe("bob");
    expect(refusal("postgres://h/d")).toMatchObject({
      message: "the database URL names no user, and neither does the system",
      hint: "write postgres://user@host/database, or set PGUSER",
    });
  });

  test("the database is called like the user where nothing names it, and SSL is used where there is some", () => {
    expect(postgres("postgres://ann@h")).toMatchObject({ database: "ann", port: 5432, sslMode: "prefer" });
  });

  test("channel binding asks for a verified certificate, and so does the system's store", () => {
    expect(postgres("postgres://u@h/d?sslmode=require&channel_binding=require").sslMode).toBe("verify-full");
    expect(postgres("postgres://u@h/d?sslrootcert=system").sslMode).toBe("verify-full");
    expect(postgres("postgres://u@h/d?ssl=true").sslMode).toBe("require");
    expect(postgres("postgres://u@h/d?ssl=false").sslMode).toBe("disable");
  });

  test("an unknown option is named together with what was meant", () => {
    expect(refusal("postgres://u@h/d?sslmod=require")).toMatchObject({
      message: "unknown option sslmod in the database URL",
      hint: expect.stringContaining("sslmode"),
    });
    expect(refusal("postgres://u@h/d?schema=x").hint).toContain("search_path");
    expect(refusal("postgres://u@h/d?sslmode=verify-ful").hint).toContain("verify-full");
  });
});

describe("bad URLs", () => {
  test.each([
    "",
    "   ",
    "mysql://u:s3cr3t@h/db",
    "postgres:u:s3cr3t@h/db",
    "postgres://u:s3cr3t@h:port/db",
    "postgres://u:s3cr3t@h:99999/db",
    "postgres://u:s3cr3t/x@h/db",
    "postgres://u:s3cr3t@x@h/db",
    "postgres://u:s3cr3t%@h/db",
    "postgres://u:s3cr3t%00x@h/db",
    "postgres://u:s3cr3t@h1,h2/db",
    "postgres://u@h/db?password=s3cr3t&nope=1",
    "postgres://u:s3cr3t@h/db?connect_timeout=soon",
    "postgres://u:s3cr3t@h/db\u0000options=x",
    "sqlite://u:s3cr3t@h/db?x=1",
    "host=h user=u password=s3cr3t",
    "postgres//u:s3cr3t@h:5432/db",
    "postgresql//u:s3cr3t@h/db",
    "postgres;//u:s3cr3t@h/db",
    "postgres;;//u:s3cr3t@h/db",
    "postgres/u:s3cr3t@h/db",
    "postgres/u:a/s3cr3t@h/db",
    "postgres:/u:s3cr3t@h/db",
    "https//u:s3cr3t@h/db",
    "https://u:s3cr3t@h/db",
    "'postgres//u:s3cr3t@h/db'",
    "psql postgres//u:s3cr3t@h/db",
    "sqlite:postgres//u:s3cr3t@h/db",
    "postgres//h/db?password=s3cr3t",
    "u:s3cr3t@h/db",
    "//u:s3cr3t@h/db",
  ])("%j is refused as a usage error without its password", (url) => {
    const error = refusal(url);
    expect(error.code).toBe("usage");
    expect(`${error.message} ${error.hint}`).not.toContain(SECRET);
  });

  test("a URL without its colon is no path, and a path of that look can be written otherwise", () => {
    for (const url of ["postgres//h/db", "postgres;//h/db", "sqlite//app.db", "data//app.db"]) {
      expect(refusal(url).message).toStartWith("malformed database URL");
      expect(refusal(url).hint).toContain("a file with such a name is ./name");
    }
  });

  test("the valid forms are named", () => {
    for (const url of ["", "mysql://h/db"]) {
      expect(refusal(url).hint).toContain("postgres://");
      expect(refusal(url).hint).toContain("sqlite:///");
    }
  });
});

describe("hidePassword", () => {
  test.each([
    ["postgres://u:s3cr3t@h:5432/db", "postgres://u:***@h:5432/db"],
    [
      "cannot open postgres://u:s3cr3t@h/db: refused by a@b",
      "cannot open postgres://u:***@h/db: refused by a@b",
    ],
    ["postgres//u:s3cr3t@h/db", "postgres//u:***@h/db"],
    ["run --db postgres;//u:s3cr3t@h/db now", "run --db postgres;//u:***@h/db now"],
    ["postgres://h:5432/db", "postgres://h:5432/db"],
    ["postgres://u@h:5432/db", "postgres://u@h:5432/db"],
    ["postgres://u@[::1]:5432/db", "postgres://u@[::1]:5432/db"],
    ["postgres://h/db?password=s3cr3t&sslmode=require", "postgres://h/db?password=***&sslmode=require"],
    ["sqlite:////a/b.db", "sqlite:////a/b.db"],
    ["postgres://h/db?p%61ssword=s3cr3t s3cr3t&x=1", "postgres://h/db?p%61ssword=***&x=1"],
    ["at postgres://h/db?sslpassword=s3cr3t today", "at postgres://h/db?sslpassword=*** today"],
    ["CREATE ROLE a PASSWORD 's3''cr3t' LOGIN", "CREATE ROLE a PASSWORD '***' LOGIN"],
    ["ALTER ROLE a PASSWORD $x$s3cr3t'$x$;", "ALTER ROLE a PASSWORD '***';"],
    [
      "CREATE USER MAPPING ... (user 'a', password E's3cr3t')",
      "CREATE USER MAPPING ... (user 'a', password E'***')",
    ],
    ["write postgres://user:password@host:5432/db", "write postgres://user:password@host:5432/db"],
    ["yara-orm makemigrations --rename password=secret", "yara-orm makemigrations --rename password=secret"],
    ["one of sqlite://:memory:, or a path", "one of sqlite://:memory:, or a path"],
    ["user.password is NOT NULL", "user.password is NOT NULL"],
    ["9postgres://u:s3cr3t@h/db", "9postgres://u:***@h/db"],
  ])("%s", (text, hidden) => {
    expect(hidePassword(text)).toBe(hidden);
  });

  test.each([
    "postgres://u:s3cr3t@x@h/db",
    "postgres://u:a/s3cr3t@h/db",
    "postgres://u:a s3cr3t@h/db",
    "postgres://u:s3cr3t",
    "host=h password=s3cr3t",
  ])("%s is malformed and hidden all the same", (text) => {
    expect(hidePassword(text)).not.toContain(SECRET);
  });

  // Where each place of a word was tried to its end, these would not come to an end.
  test.each(["a", "a.", "?a", "x://", "a://b:", "password='"])("%s, again and again", (part) => {
    const text = `x ${part.repeat(600_000 / part.length)} postgres://u:s3cr3t@h/db`;
    expect(hidePassword(text)).not.toContain(SECRET);
  });
});
