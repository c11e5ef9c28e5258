import { defineModel, fields, migrations as m } from "yara-orm";

export const dependencies = ["0002_customer_search_name"];

/*
 * The table as it is at this point of the history, as far as it is used here. models.ts is not imported: it goes on
 * changing, and this file must still work on the table that it finds. The name is one that no model there has.
 */
const Customer = defineModel(
  "CustomerOf0003",
  {
    customerId: fields.int({ pk: true }),
    firstName: fields.char({ maxLength: 40 }),
    lastName: fields.char({ maxLength: 20 }),
    searchName: fields.char({ maxLength: 61, null: true }),
  },
  { table: "customer" },
);

async function fill(): Promise<void> {
  for await (const { customerId, firstName, lastName } of Customer.objects) {
    const searchName = plain(`${firstName} ${lastName}`);
    await Customer.objects.filter({ customerId }).update({ searchName });
  }
}

async function clear(): Promise<void> {
  await Customer.objects.update({ searchName: null });
}

/** In lower case and without accents, which no SQL does alike on both databases. */
function plain(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC").toLowerCase();
}

export const operations = [m.runCode(fill, clear)];
