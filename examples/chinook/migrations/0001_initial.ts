import { migrations as m } from "yara-orm";

export const dependencies: string[] = [];

export const operations = [
  m.createTable("artist", {
    artist_id: m.int({ pk: true }),
    name: m.char({ maxLength: 120, null: true }),
  }),
  m.createTable(
    "album",
    {
      album_id: m.int({ pk: true }),
      title: m.char({ maxLength: 160 }),
      artist_id: m.int({ references: { table: "artist", column: "artist_id" } }),
    },
    { indexes: [{ columns: ["artist_id"] }] },
  ),
  m.createTable(
    "employee",
    {
      employee_id: m.int({ pk: true }),
      last_name: m.char({ maxLength: 20 }),
      first_name: m.char({ maxLength: 20 }),
      title: m.char({ maxLength: 30, null: true }),
      reports_to: m.int({ null: true, references: { table: "employee", column: "employee_id" } }),
      birth_date: m.datetime({ null: true }),
      hire_date: m.datetime({ null: true }),
      address: m.char({ maxLength: 70, null: true }),
      city: m.char({ maxLength: 40, null: true }),
      state: m.char({ maxLength: 40, null: true }),
      country: m.char({ maxLength: 40, null: true }),
      postal_code: m.char({ maxLength: 10, null: true }),
      phone: m.char({ maxLength: 24, null: true }),
      fax: m.char({ maxLength: 24, null: true }),
      email: m.char({ maxLength: 60, null: true }),
    },
    { indexes: [{ columns: ["reports_to"] }] },
  ),
  m.createTable(
    "customer",
    {
      customer_id: m.int({ pk: true }),
      first_name: m.char({ maxLength: 40 }),
      last_name: m.char({ maxLength: 20 }),
      company: m.char({ maxLength: 80, null: true }),
      address: m.char({ maxLength: 70, null: true }),
      city: m.char({ maxLength: 40, null: true }),
      state: m.char({ maxLength: 40, null: true }),
      country: m.char({ maxLength: 40, null: true }),
      postal_code: m.char({ maxLength: 10, null: true }),
      phone: m.char({ maxLength: 24, null: true }),
      fax: m.char({ maxLength: 24, null: true }),
      email: m.char({ maxLength: 60 }),
      support_rep_id: m.int({
        null: true,
        references: { table: "employee", column: "employee_id" },
      }),
    },
    { indexes: [{ columns: ["support_rep_id"] }] },
  ),
  m.createTable("genre", {
    genre_id: m.int({ pk: true }),
    name: m.char({ maxLength: 120, null: true }),
  }),
  m.createTable(
    "invoice",
    {
      invoice_id: m.int({ pk: true }),
      customer_id: m.int({ references: { table: "customer", column: "customer_id" } }),
      invoice_date: m.datetime(),
      billing_address: m.char({ maxLength: 70, null: true }),
      billing_city: m.char({ maxLength: 40, null: true }),
      billing_state: m.char({ maxLength: 40, null: true }),
      billing_country: m.char({ maxLength: 40, null: true }),
      billing_postal_code: m.char({ maxLength: 10, null: true }),
      total: m.decimal({ maxDigits: 10, decimalPlaces: 2 }),
    },
    { indexes: [{ columns: ["customer_id"] }] },
  ),
  m.createTable("media_type", {
    media_type_id: m.int({ pk: true }),
    name: m.char({ maxLength: 120, null: true }),
  }),
  m.createTable(
    "track",
    {
      track_id: m.int({ pk: true }),
      name: m.char({ maxLength: 200 }),
      album_id: m.int({ null: true, references: { table: "album", column: "album_id" } }),
      media_type_id: m.int({ references: { table: "media_type", column: "media_type_id" } }),
      genre_id: m.int({ null: true, references: { table: "genre", column: "genre_id" } }),
      composer: m.char({ maxLength: 220, null: true }),
      milliseconds: m.int(),
      bytes: m.int({ null: true }),
      unit_price: m.decimal({ maxDigits: 10, decimalPlaces: 2 }),
    },
    {
      indexes: [
        { columns: ["album_id"] },
        { columns: ["media_type_id"] },
        { columns: ["genre_id"] },
      ],
    },
  ),
  m.createTable(
    "invoice_line",
    {
      invoice_line_id: m.int({ pk: true }),
      invoice_id: m.int({ references: { table: "invoice", column: "invoice_id" } }),
      track_id: m.int({ references: { table: "track", column: "track_id" } }),
      unit_price: m.decimal({ maxDigits: 10, decimalPlaces: 2 }),
      quantity: m.int(),
    },
    { indexes: [{ columns: ["invoice_id"] }, { columns: ["track_id"] }] },
  ),
  m.createTable("playlist", {
    playlist_id: m.int({ pk: true }),
    name: m.char({ maxLength: 120, null: true }),
  }),
  m.createTable(
    "playlist_track",
    {
      playlist_id: m.int({ references: { table: "playlist", column: "playlist_id" } }),
      track_id: m.int({ references: { table: "track", column: "track_id" } }),
    },
    {
      primaryKey: ["playlist_id", "track_id"],
      indexes: [{ columns: ["playlist_id"] }, { columns: ["track_id"] }],
    },
  ),
];
