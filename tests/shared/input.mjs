// Writes all the input of a program that a test has started. One that ends before it has read it is judged by what it
// answered, so the pipe that breaks then is no failure; every other error is the program's.
export function writeInput(child, input) {
  child.stdin.on("error", (error) => {
    if (error.code !== "EPIPE") child.emit("error", error);
  });
  child.stdin.end(input);
}
