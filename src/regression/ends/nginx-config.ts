/**
 * What haproxy.cfg says, in nginx's words. nginx would ask the next replica also when the first one cuts the connection while it
 * is at work on a request without a body (`proxy_next_upstream error`): here a session that ends would bring its long poll to the
 * other replica. So these requests are passed on once, and to the other replica only if the first could not be connected to. A
 * request with a body needs no such care: as the body is not buffered, nginx itself does not repeat what it has begun to send.
 */
export function nginxConfig(port: number, [a, b]: readonly [a: number, b: number], folder: string): string {
  return `
daemon off;
# One process: it is ended by its id, and has no workers of another user.
master_process off;
pid ${folder}/nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${folder}/${kind};`).join('\n')}

  # max_fails: who cuts a connection, because a session has ended, is not dead.
  upstream replicas {
    server 127.0.0.1:${a} max_fails=0;
    server 127.0.0.1:${b} max_fails=0;
  }
  map $upstream_addr $other { 127.0.0.1:${a} 127.0.0.1:${b}; 127.0.0.1:${b} 127.0.0.1:${a}; }
  map $upstream_connect_time $connected { default 1; - ""; }
  map $http_content_length$http_transfer_encoding $bodyless { default ""; "" 1; }
  map $http_upgrade $upgrade_or_close { default upgrade; "" close; }
  # Nobody's name is on an answer that nginx makes up.
  map "$upstream_header_time|$upstream_addr" $replica {
    "~[0-9][|].*:${a}$" a;
    "~[0-9][|].*:${b}$" b;
  }

  client_max_body_size 0;
  keepalive_timeout 1h;
  client_body_timeout 1h;
  send_timeout 1h;
  proxy_connect_timeout 2s;
  proxy_send_timeout 1h;
  proxy_read_timeout 1h;
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $upgrade_or_close;
  proxy_buffering off;
  proxy_request_buffering off;
  proxy_redirect off;
  recursive_error_pages on;

  server {
    listen 127.0.0.1:${port};
    add_header X-Replica $replica always;
    location / {
      error_page 418 = @bodyless;
      if ($bodyless) { return 418; }
      proxy_next_upstream error timeout;
      proxy_pass http://replicas;
    }
    location @bodyless {
      error_page 502 504 = @other;
      proxy_next_upstream off;
      proxy_pass http://replicas;
    }
    location @other {
      if ($connected) { return 502; }
      proxy_next_upstream off;
      proxy_pass http://$other;
    }
  }
}
`;
}
