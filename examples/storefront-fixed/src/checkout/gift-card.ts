export interface Balance {
  code: string;
  cents: number;
}

export async function balanceOf(code: string): Promise<Balance> {
  const answer = await fetch(`/api/gift-cards/balance?code=${encodeURIComponent(code)}`);
  if (!answer.ok) {
    throw new Error(`no balance for ${code}: ${answer.status}`);
  }
  return answer.json();
}

export async function redeem(code: string, order: string, cents: number): Promise<void> {
  const answer = await fetch("/api/gift-cards/redeem", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code, order, cents }),
  });
  if (!answer.ok) {
    throw new Error(`${code} was not redeemed: ${answer.status}`);
  }
}
