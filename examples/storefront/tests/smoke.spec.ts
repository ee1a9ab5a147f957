import { expect, test } from "@playwright/test";

for (const code of ["", "TEST-GIFT-CARD"]) {
  test(`an order ${code ? "with" : "without"} a gift card goes through`, async ({ page }) => {
    await page.goto("/products/teapot");
    await page.getByRole("button", { name: "Buy" }).click();
    await page.getByLabel("Gift card").fill(code);
    await page.getByRole("button", { name: "Order" }).click();
    await expect(page.getByText("Thank you for your order")).toBeVisible();
  });
}
