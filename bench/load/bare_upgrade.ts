/**
 * The least that a server can hold for a user: an upgraded socket and nothing else. Prints its port.
 *
 * @module
 */

const sockets = new Set<WebSocket>();

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(port),
}, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onopen = () => sockets.add(socket);
  return response;
});
