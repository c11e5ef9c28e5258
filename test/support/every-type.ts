/*
 * A module of a user's own whose declarations name every type that the package gives by inference: test/package.test.ts
 * emits them in a project, where they can name what the package exports, and nothing else.
 */
import {
  type CodeContext,
  type Config,
  defineConfig,
  defineModel,
  defineOperation,
  type Fields,
  fields,
  HalfAppliedError,
  LockTimeoutError,
  type ManagerEvent,
  MigrationManager,
  migrations as m,
  sql,
  type Where,
  YaraOrm,
} from "yara-orm";

// Destructured, so that the type of each builder is written out.
export const {
  smallInt,
  int,
  bigInt,
  float,
  decimal,
  text,
  char,
  binary,
  boolean,
  datetime,
  date,
  time,
  duration,
  uuid,
  json,
  raw,
  array,
  enum: oneOf,
  foreignKey,
  oneToOne,
  manyToMany,
} = fields;
export const builders = { ...m };
export const orm = { ...YaraOrm };

export const key = fields.uuid({ pk: true, dbDefault: sql("gen_random_uuid()") });
export const User = defineModel("User", {
  name: fields.text({ collation: "C" }),
  settings: fields.json<{ readonly dark: boolean }>({ null: true }),
  score: fields.raw<number>({ postgres: "real", sqlite: "REAL", generated: sql("1"), null: true }),
  tags: fields.array(fields.text()),
  state: fields.enum({ name: "state", values: ["new", "old"], default: "new" }),
  friends: fields.manyToMany("User"),
});
export const Post = defineModel(
  "Post",
  { author: fields.foreignKey(() => User), title: fields.text(), words: fields.int({ default: 0 }) },
  { indexes: [["title"]], primaryKey: { name: "post_key" } },
);
export const { objects } = Post;
export const timestamped = <F extends Fields>(name: string, of: F) =>
  defineModel(name, { ...of, createdAt: fields.datetime({ autoNowAdd: true }) });
export const created = () => Post.objects.create({ authorId: 1, title: "a" });
export const titled = () => Post.objects.filter({ title: { contains: "a" } }).values("title");
export const batches = () => Post.objects.iterate({ batchSize: 2 });

// The keys of what is referred to by its name are not known.
export const Comment = defineModel("Comment", {
  parent: fields.foreignKey("Comment", { null: true }),
  post: fields.foreignKey("Post", { onDelete: "cascade" }),
  text: fields.text(),
  votes: fields.int(),
});
export const latest = Comment.objects.orderBy("-id");
export const firstComment = () => Comment.objects.first();
export const postIds = () => Comment.objects.values("postId");
export const inferred = { row: Comment.$inferRow, create: Comment.$inferCreate };
export const ofComments = (objects = Comment.objects) => ({
  get: objects.get,
  filter: objects.filter,
  exclude: objects.exclude,
  orderBy: objects.orderBy,
  create: objects.create,
  bulkCreate: objects.bulkCreate,
  getOrCreate: objects.getOrCreate,
  update: objects.update,
  values: objects.values,
  iterate: objects.iterate,
});
export const conditions = (where: Where<typeof Comment.$inferRow>) => ({
  ...where,
  text: typeof where.text === "object" ? where.text : undefined,
  votes: typeof where.votes === "object" ? where.votes : undefined,
});

export const operations = [
  m.createTable("a", { id: m.int({ pk: true }) }),
  m.runCode(async ({ models, db }) => {
    await models.a?.objects.update({});
    await db.run("SELECT 1");
  }),
];
export const createTable = m.createTable("a", { id: m.int({ pk: true }) });
export const custom = defineOperation("twice", (name: string) => [m.dropTable(name), m.dropTable(name)]);
export const historical = m.runCode(({ models }) =>
  models
    .table<{ readonly id: number }>("a")
    .objects.delete()
    .then(() => {}),
);
export const ofTable = ({ models, ...context }: CodeContext) => ({ ...context, ...models.a?.objects });
export const errors = [LockTimeoutError, HalfAppliedError];
export const config = defineConfig({ app: "models" });
export const lockMode = ({ lockMode }: Config) => lockMode;
export const computed = defineConfig(({ env }) => ({ app: env.APP ?? "models" }));

const manager = new MigrationManager();
export const init = () => manager.init();
export const makeMigrations = () => manager.makeMigrations();
export const upgrade = () => manager.upgrade();
export const downgrade = () => manager.downgrade();
export const rehash = () => manager.rehash("0001");
export const resolve = () => manager.resolve("0001", { decision: "resume" });
export const plan = () => manager.plan();
export const dryRun = () => manager.dryRun();
export const history = () => manager.history();
export const status = () => manager.status();
export const heads = () => manager.heads();
export const inspect = () => manager.inspect();
export const sqlmigrate = () => manager.sqlmigrate("0001");
export const check = () => manager.check();
export const diff = () => manager.diff();
export const verify = () => manager.verify();

/** What a listener makes of the events that it is told. */
export const events = (event: ManagerEvent) => ({
  blockers: event.kind === "blocked" ? event.blockers : [],
  contention: event.kind === "blocked" || event.kind === "retrying" ? event : undefined,
  copying: event.kind === "copying" ? event : undefined,
  copied: event.kind === "copied" ? event : undefined,
  log: event.kind === "log" ? event : undefined,
  faked: event.kind === "faked" ? event : undefined,
});

/** The parts of what the builders and methods return, each by itself: a function of a user's returns one of them, too. */
export const parts = {
  fields: Post.fields,
  options: Post.options,
  allOptions: { ...Post.options },
  indexes: Post.options.indexes,
  relation: Comment.fields.post.$types,
  relationOptions: Comment.fields.post.$types?.options,
  define: (...parameters: Parameters<typeof defineModel>) => parameters,
  tableOptions: (...[, , options]: Parameters<typeof m.createTable>) => ({ ...options }),
  tableParts: { ...createTable.table, ...createTable.table.columns[0]?.type },
  foreignKeyParts: { ...createTable.table.foreignKeys[0] },
  indexParts: { ...createTable.table.indexes[0] },
  triggerParts: {
    ...m.createTrigger("a", "b", { timing: "before", events: ["insert"], postgres: "", sqlite: "" }).trigger,
  },
  table: createTable.table,
  column: createTable.table.columns[0],
  columnType: createTable.table.columns[0]?.type,
  default: createTable.table.columns[0]?.default,
  generated: createTable.table.columns[0]?.generated,
  foreignKey: createTable.table.foreignKeys[0],
  unique: createTable.table.uniques[0],
  check: createTable.table.checks[0],
  index: createTable.table.indexes[0],
  indexPart: createTable.table.indexes[0]?.columns[0],
  constraint: m.addConstraint("a", { unique: ["b"] }).constraint,
  enum: m.createEnum("a", ["b"]).type,
  view: m.createView("a", "SELECT 1").view,
  trigger: m.createTrigger("a", "b", { timing: "before", events: ["insert"], postgres: "", sqlite: "" })
    .trigger,
  connection: () => ({ ...YaraOrm.connection() }),
  blocker: async () => (await YaraOrm.connection().activity()).blockers[0],
  activity: () => YaraOrm.connection().activity(),
  errorCode: new LockTimeoutError("").code,
  sql: m.runSQL("SELECT 1").sql,
  code: m.runCode(() => {}).forward,
  columnOptions: m.int().options,
  reference: m.int().options.references,
  difference: async () => (await diff()).differences[0],
  applied: async () => (await status()).applied[0],
  halfParts: async () => ({ ...(await status()).halfApplied }),
  kind: async () => (await plan())[0]?.operations[0]?.kind,
  half: async () => (await status()).halfApplied,
  locks: async () => (await status()).locks[0],
  head: async () => (await heads())[0],
  progress: async () => (await heads())[0]?.progress,
  record: async () => (await history())[0],
  planned: async () => (await plan())[0],
  tried: async () => (await dryRun()).notTried[0],
  unsupported: async () => (await diff()).unsupported[0],
  unsupportedModels: async () => (await inspect()).unsupported[0],
  operation: async () => (await check()).operations[0],
  edited: async () => (await check()).edited?.[0],
  verified: async () => (await verify())[0],
};
