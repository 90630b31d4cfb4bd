// Every screen at three widths in both themes: nothing shifts, nothing runs over the side. The
// pictures lie in end2end/results/screens, to be looked at.

import { join } from "node:path";
import { expect, test } from "../fixtures.ts";
import { aFarmer, signIn } from "../people.ts";

const pictures = join(import.meta.dirname, "../results/screens");

for (const width of [360, 768, 1440]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`the screens at ${width} px in ${colorScheme} hold still and fit`, async ({ device, request }) => {
      const farmer = await aFarmer(request);
      const context = await device({ colorScheme, viewport: { width, height: width < 500 ? 740 : 900 } });
      const page = await context.newPage();
      await page.addInitScript(() => {
        interface Shift {
          value: number;
          hadRecentInput: boolean;
          sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[];
        }
        const shifts: { sum: number; moved: string[] } = { sum: 0, moved: [] };
        Object.assign(window, { shifts });
        const place = ({ x, y, width, height }: DOMRect): string => `${x},${y} ${width}x${height}`;
        const name = (node: Node | null): string =>
          node instanceof Element ? `${node.tagName}.${node.className}` : `${node?.nodeName} ${node?.textContent?.slice(0, 40)}`;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as unknown as Shift[]) {
            if (entry.hadRecentInput) continue;
            shifts.sum += entry.value;
            for (const { node, previousRect, currentRect } of entry.sources)
              shifts.moved.push(`${name(node)}: ${place(previousRect)} → ${place(currentRect)}`);
          }
        }).observe({ type: "layout-shift", buffered: true });
      });
      const look = async (name: string): Promise<void> => {
        await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`) });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect.soft(over, `${name} runs over the side`).toBeLessThanOrEqual(0);
        const shifts = await page.evaluate(
          () => (window as unknown as { shifts: { sum: number; moved: string[] } }).shifts,
        );
        expect.soft(shifts.sum, [`${name} shifts`, ...shifts.moved].join("\n")).toBeLessThan(0.02);
      };
      await page.goto("/sign-in");
      await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
      await look("sign-in");
      await page.goto("/simulator");
      await expect(page.getByRole("searchbox")).toBeVisible();
      await look("simulator");
      await signIn(page, "ward");
      await look("inbox");
      await page.goto(`/inbox/${farmer.ticket}`);
      await expect(page.getByRole("region", { name: "Connection" })).toContainText("Live");
      await look("conversation");
    });
  }
}
