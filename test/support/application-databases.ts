import type { DialectName } from "../../src/schema/expression.ts";

/** Databases in the manner of applications that other tools migrate, their own records of that among them. */
export const APPLICATION_DATABASES: Readonly<
  Record<string, Partial<Readonly<Record<DialectName, readonly string[]>>>>
> = {
  "a forum in the manner of Rails": {
    postgres: [
      `CREATE TABLE public.schema_migrations (version varchar(255) NOT NULL)`,
      `ALTER TABLE ONLY public.schema_migrations ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version)`,
      `CREATE TABLE public.ar_internal_metadata (key varchar(255) NOT NULL, value varchar(255), created_at timestamptz(6) NOT NULL, CONSTRAINT ar_internal_metadata_pkey PRIMARY KEY (key))`,
      `CREATE TABLE public.users (id bigint NOT NULL, email varchar(255) DEFAULT ''::varchar NOT NULL, name varchar(60), sign_in_count integer DEFAULT 0 NOT NULL, admin boolean DEFAULT false NOT NULL, reset_token varchar(64), created_at timestamptz NOT NULL)`,
      `CREATE SEQUENCE public.users_id_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1`,
      `ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id`,
      `ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass)`,
      `ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id)`,
      `CREATE UNIQUE INDEX index_users_on_lower_email ON public.users USING btree (lower((email)::text))`,
      `CREATE UNIQUE INDEX index_users_on_reset_token ON public.users USING btree (reset_token) WHERE (reset_token IS NOT NULL)`,
      `CREATE INDEX index_users_on_name ON public.users USING btree (name varchar_pattern_ops)`,
      `CREATE TABLE public.comments (id bigserial PRIMARY KEY, commentable_type varchar(100) NOT NULL, commentable_id bigint NOT NULL, user_id integer, body text, data jsonb DEFAULT '{}'::jsonb NOT NULL, score numeric(8,2) DEFAULT 0.0, parent_id bigint)`,
      `CREATE INDEX index_comments_on_commentable ON public.comments USING btree (commentable_type, commentable_id DESC NULLS LAST)`,
      `CREATE INDEX index_comments_on_data ON public.comments USING gin (data jsonb_path_ops)`,
      `ALTER TABLE ONLY public.comments ADD CONSTRAINT fk_rails_03de2dc08c FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL`,
      `ALTER TABLE ONLY public.comments ADD CONSTRAINT fk_rails_31554e7034 FOREIGN KEY (parent_id) REFERENCES public.comments(id) ON DELETE CASCADE`,
    ],
  },
  "a shop in the manner of Prisma": {
    postgres: [
      `CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN')`,
      `CREATE TYPE "OrderStatus" AS ENUM ('pending', 'paid', 'sent')`,
      `CREATE TABLE "_prisma_migrations" (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`,
      `CREATE TABLE "User" ("id" TEXT NOT NULL, "email" TEXT NOT NULL, "role" "Role" NOT NULL DEFAULT 'USER', "roles" "Role"[], "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, CONSTRAINT "User_pkey" PRIMARY KEY ("id"))`,
      `CREATE TABLE "Order" ("id" TEXT NOT NULL, "userId" TEXT NOT NULL, "status" "OrderStatus" NOT NULL DEFAULT 'pending', "total" DECIMAL(65,30) NOT NULL, CONSTRAINT "orders_pk" PRIMARY KEY ("id"))`,
      `CREATE TABLE "Tag" ("id" SERIAL NOT NULL, "label" VARCHAR(20) NOT NULL, CONSTRAINT "Tag_pkey" PRIMARY KEY ("id"))`,
      `CREATE TABLE "_OrderToTag" ("A" TEXT NOT NULL, "B" INTEGER NOT NULL)`,
      `CREATE UNIQUE INDEX "User_email_key" ON "User"("email")`,
      `CREATE UNIQUE INDEX "_OrderToTag_AB_unique" ON "_OrderToTag"("A", "B")`,
      `CREATE INDEX "_OrderToTag_B_index" ON "_OrderToTag"("B")`,
      `ALTER TABLE "Order" ADD CONSTRAINT "Order_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE`,
      `ALTER TABLE "_OrderToTag" ADD CONSTRAINT "_OrderToTag_A_fkey" FOREIGN KEY ("A") REFERENCES "Order"("id") ON DELETE CASCADE ON UPDATE CASCADE`,
      `ALTER TABLE "_OrderToTag" ADD CONSTRAINT "_OrderToTag_B_fkey" FOREIGN KEY ("B") REFERENCES "Tag"("id") ON DELETE CASCADE ON UPDATE CASCADE`,
    ],
    sqlite: [
      `CREATE TABLE "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`,
      `CREATE TABLE "User" ("id" TEXT NOT NULL PRIMARY KEY, "email" TEXT NOT NULL, "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP)`,
      `CREATE TABLE "Post" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "published" BOOLEAN NOT NULL DEFAULT false, "authorId" TEXT, CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User" ("id") ON DELETE SET NULL ON UPDATE CASCADE)`,
      `CREATE UNIQUE INDEX "User_email_key" ON "User"("email")`,
    ],
  },
  "a tracker in the manner of Drizzle": {
    sqlite: [
      "CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)",
      "CREATE TABLE `projects` (`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL, `name` text NOT NULL, `slug` text(64) NOT NULL, `created_at` integer DEFAULT (strftime('%s', 'now')) NOT NULL, `settings` text DEFAULT '{}')",
      "CREATE TABLE `tasks` (`project_id` integer NOT NULL, `number` integer NOT NULL, `title` text NOT NULL, `done` integer DEFAULT false NOT NULL, `estimate` real, PRIMARY KEY(`project_id`, `number`), FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade)",
      "CREATE UNIQUE INDEX `projects_slug_unique` ON `projects` (`slug`)",
      "CREATE INDEX `open_tasks` ON `tasks` (`project_id`,`estimate` desc) WHERE `tasks`.`done` = 0",
    ],
  },
  "a booking system in the manner of Laravel": {
    postgres: [
      `create table "migrations" ("id" serial not null primary key, "migration" varchar(255) not null, "batch" integer not null)`,
      `create table "guests" ("id" bigserial not null primary key, "name" varchar(255) not null, "kind" varchar(255) check ("kind" in ('private', 'company')) not null, "remember_token" varchar(100) null, "created_at" timestamp(0) without time zone null)`,
      `create table "rooms" ("id" bigserial not null primary key, "guest_id" bigint not null, "price" decimal(8, 2) not null default '0', "meta" jsonb null, "deleted_at" timestamptz null)`,
      `alter table "rooms" add constraint "rooms_guest_id_foreign" foreign key ("guest_id") references "guests" ("id") on delete cascade`,
      `alter table "rooms" add constraint "rooms_guest_id_price_unique" unique ("guest_id", "price") deferrable initially immediate`,
      `create index "rooms_price_index" on "rooms" ("price")`,
    ],
  },
  "a folder of odd names": {
    sqlite: [
      `CREATE TABLE "select" ("from" int, "a b" int, [br ack] int, \`tick\` int, "é" int, "😀" int, "1st" int, "class" int, "__proto__" int, "a""b" int, "constructor" int, "then" int, 'quoted' int)`,
      `CREATE TABLE "order-items" (id int); CREATE TABLE order_items (id int); CREATE TABLE "ORDER ITEMS" (id int)`,
      `CREATE TABLE "123" (id int); CREATE TABLE "😀" (id int); CREATE TABLE "default" (id int); CREATE TABLE fields (id int); CREATE TABLE define_model (id int)`,
      `CREATE TABLE "sql" (id int DEFAULT (1 + 1)); CREATE TABLE promise (x int); CREATE TABLE await (x int); CREATE TABLE object (x int); CREATE TABLE "__proto__" (x int)`,
      `CREATE TABLE told (a int /* one */, -- two\n b text DEFAULT 'it''s -- no', CHECK (a > 0 /* three */))`,
      `CREATE TABLE given (a text DEFAULT "dq", b int DEFAULT -1, c text DEFAULT (datetime('now')), d text DEFAULT CURRENT_TIMESTAMP, e int DEFAULT 0x10, f real DEFAULT 1e3, g blob DEFAULT x'00', h bool DEFAULT TRUE, i text DEFAULT NULL, j int DEFAULT +5)`,
      `CREATE TABLE tree (id integer PRIMARY KEY, parent int CONSTRAINT up REFERENCES tree ON DELETE CASCADE, twin int CONSTRAINT one UNIQUE CONSTRAINT some CHECK (twin > 0), FOREIGN KEY (parent) REFERENCES tree (id))`,
      `CREATE TABLE computed (a int, b int AS (a + 1), c int GENERATED ALWAYS AS (a * 2) STORED)`,
      `CREATE INDEX positive ON computed (a) WHERE a > 3; CREATE INDEX next ON computed (a + 1, b DESC)`,
    ],
  },
};
