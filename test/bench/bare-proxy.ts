import { Agent } from 'node:http';
import httpProxy from 'http-proxy';
import Koa from 'koa';
import Router from 'koa-router';

/** `bare-proxy.ts BACKEND PORT`: http-proxy behind Koa and its router, with kept connections and without sessions. */
const [target = '', port] = process.argv.slice(2);
const proxy = httpProxy.createProxyServer({ target, agent: new Agent({ keepAlive: true }) });
const router = new Router();
router.all(/.*/, (ctx) => {
  ctx.respond = false;
  proxy.web(ctx.req, ctx.res, {}, () => ctx.res.destroy());
});
const app = new Koa();
app.use(router.routes() as Koa.Middleware);
app.listen(Number(port), '127.0.0.1', () => process.stdout.write('Listening on its port\n'));
