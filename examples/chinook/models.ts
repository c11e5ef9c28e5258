import { defineModel, fields } from "yara-orm";

/*
 * Chinook, a shop for digital music: what it sells (artists, albums, tracks), to whom (customers and their invoices),
 * by whom (employees), and playlists. The tables and columns are those of https://github.com/lerocha/chinook-database.
 */

export const Artist = defineModel("Artist", {
  artistId: fields.int({ pk: true }),
  name: fields.char({ maxLength: 120, null: true }),
});

export const Album = defineModel("Album", {
  albumId: fields.int({ pk: true }),
  title: fields.char({ maxLength: 160 }),
  artist: fields.foreignKey(() => Artist, { index: true, relatedName: "albums" }),
});

export const Genre = defineModel("Genre", {
  genreId: fields.int({ pk: true }),
  name: fields.char({ maxLength: 120, null: true }),
});

export const MediaType = defineModel("MediaType", {
  mediaTypeId: fields.int({ pk: true }),
  name: fields.char({ maxLength: 120, null: true }),
});

export const Track = defineModel("Track", {
  trackId: fields.int({ pk: true }),
  name: fields.char({ maxLength: 200 }),
  album: fields.foreignKey(() => Album, { null: true, index: true, relatedName: "tracks" }),
  mediaType: fields.foreignKey(() => MediaType, { index: true, relatedName: "tracks" }),
  genre: fields.foreignKey(() => Genre, { null: true, index: true, relatedName: "tracks" }),
  composer: fields.char({ maxLength: 220, null: true }),
  bytes: fields.int({ null: true }),
  unitPrice: fields.decimal({ maxDigits: 10, decimalPlaces: 2 }),
  duration: fields.duration(),
});

export const Playlist = defineModel("Playlist", {
  playlistId: fields.int({ pk: true }),
  name: fields.char({ maxLength: 120, null: true }),
  tracks: fields.manyToMany("Track", { through: "PlaylistTrack", relatedName: "playlists" }),
});

/** The tracks of a playlist; the two keys together are the primary key. */
export const PlaylistTrack = defineModel("PlaylistTrack", {
  playlist: fields.foreignKey(() => Playlist, { pk: true, index: true }),
  track: fields.foreignKey(() => Track, { pk: true, index: true }),
});

export const Employee = defineModel("Employee", {
  employeeId: fields.int({ pk: true }),
  lastName: fields.char({ maxLength: 20 }),
  firstName: fields.char({ maxLength: 20 }),
  title: fields.char({ maxLength: 30, null: true }),
  // A model that refers to itself uses its name.
  reportsTo: fields.foreignKey("Employee", {
    dbColumn: "reports_to",
    null: true,
    index: true,
    relatedName: "reports",
  }),
  birthDate: fields.datetime({ null: true }),
  hireDate: fields.datetime({ null: true }),
  address: fields.char({ maxLength: 70, null: true }),
  city: fields.char({ maxLength: 40, null: true }),
  state: fields.char({ maxLength: 40, null: true }),
  country: fields.char({ maxLength: 40, null: true }),
  postalCode: fields.char({ maxLength: 10, null: true }),
  phone: fields.char({ maxLength: 24, null: true }),
  fax: fields.char({ maxLength: 24, null: true }),
  email: fields.char({ maxLength: 60, null: true }),
});

export const Customer = defineModel("Customer", {
  customerId: fields.int({ pk: true }),
  firstName: fields.char({ maxLength: 40 }),
  lastName: fields.char({ maxLength: 20 }),
  company: fields.char({ maxLength: 80, null: true }),
  address: fields.char({ maxLength: 70, null: true }),
  city: fields.char({ maxLength: 40, null: true }),
  state: fields.char({ maxLength: 40, null: true }),
  country: fields.char({ maxLength: 40, null: true }),
  postalCode: fields.char({ maxLength: 10, null: true }),
  phone: fields.char({ maxLength: 24, null: true }),
  fax: fields.char({ maxLength: 24, null: true }),
  email: fields.char({ maxLength: 60 }),
  supportRep: fields.foreignKey(() => Employee, { null: true, index: true, relatedName: "customers" }),
  /** The name in lower case and without accents, to search in; kept by the application. */
  searchName: fields.char({ maxLength: 61, null: true, index: true }),
});

export const Invoice = defineModel("Invoice", {
  invoiceId: fields.int({ pk: true }),
  customer: fields.foreignKey(() => Customer, { index: true, relatedName: "invoices" }),
  invoiceDate: fields.datetime(),
  billingAddress: fields.char({ maxLength: 70, null: true }),
  billingCity: fields.char({ maxLength: 40, null: true }),
  billingState: fields.char({ maxLength: 40, null: true }),
  billingCountry: fields.char({ maxLength: 40, null: true }),
  billingPostalCode: fields.char({ maxLength: 10, null: true }),
  total: fields.decimal({ maxDigits: 10, decimalPlaces: 2 }),
});

export const InvoiceLine = defineModel("InvoiceLine", {
  invoiceLineId: fields.int({ pk: true }),
  invoice: fields.foreignKey(() => Invoice, { index: true, relatedName: "lines" }),
  track: fields.foreignKey(() => Track, { index: true, relatedName: "invoiceLines" }),
  unitPrice: fields.decimal({ maxDigits: 10, decimalPlaces: 2 }),
  quantity: fields.int(),
});
