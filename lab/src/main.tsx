/**
 * The page's beginning: the store, the connection, and the app, drawn once per frame when something has changed.
 */
import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/lists.css";
import "./style/packet.css";
import "./style/tcp.css";
import "./style/memory.css";
import "./style/tables.css";
import "./style/bench.css";
import "./style/tour.css";
import "./style/narrow.css";
import { App } from "./app";

render(<App />, document.getElementById("app") as HTMLElement);
