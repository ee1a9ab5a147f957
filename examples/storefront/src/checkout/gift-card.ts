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
