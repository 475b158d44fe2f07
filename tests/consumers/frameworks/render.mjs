// Prints what a server renders, as JSON: for each `{ options, firstVerdict }` by its name in the argument, React's,
// React's parts and Vue's.
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { createSSRApp } from "vue";
import { renderToString as renderVue } from "vue/server-renderer";

import { Article, Parts } from "./react.mjs";
import { Article as VueArticle } from "./vue.mjs";

const rendered = {};
for (const [name, props] of Object.entries(JSON.parse(process.argv[2]))) {
  rendered[name] = {
    react: renderToString(createElement(Article, props)),
    parts: renderToString(createElement(Parts, props)),
    vue: await renderVue(createSSRApp(VueArticle, props)),
  };
}
console.log(JSON.stringify(rendered));
