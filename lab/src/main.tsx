/**
 * The page's beginning: the store, the connection, and the app, drawn once per frame when something has changed.
 */
import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { App } from "./app";

render(<App />, document.getElementById("app") as HTMLElement);
