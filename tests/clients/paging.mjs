// The samples of the page for clients, each over two pages: node paging.mjs URL TOKEN FOLDER NAME...
const [url, token, folder, ...names] = process.argv.slice(2);
const shown = {};
for (const name of names) {
  const { twoPages } = await import(`${folder}/${name}.mjs`);
  shown[name] = await twoPages(url, token);
}
console.log(JSON.stringify(shown));
process.exit(0);
