/**
 * A program that does nothing: what the start of the server is compared with.
 *
 * @module
 */

console.log("ready");
