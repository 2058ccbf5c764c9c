/** Does something `count` times, `lanes` of them at once at the most: each that ends makes room for the next. */
export async function runLanes(
  lanes: number,
  count: number,
  act: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane));
}
