/**
 * The least that a server can do for a message to everybody: `Deno.upgradeWebSocket`, and each text that
 * comes sent to all other sockets. What `bench/channel.ts` compares with. Prints its port.
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
  socket.onclose = () => sockets.delete(socket);
  socket.onmessage = ({ data }) => {
    for (const other of sockets) if (other !== socket) other.send(data);
  };
  return response;
});
