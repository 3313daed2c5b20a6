package inferwire

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// Money in US dollars, exact: its number counts millionths of a millionth, as a time.Duration counts
// nanoseconds.
type Money int64

// Dollar is one of them.
const Dollar Money = 1_000_000_000_000

// String is the exact decimal number of dollars, such as 0.0000124.
func (m Money) String() string {
	sign, amount := "", uint64(m)
	if m < 0 {
		sign, amount = "-", -amount
	}
	text := strconv.FormatUint(amount/uint64(Dollar), 10)
	if rest := amount % uint64(Dollar); rest > 0 {
		digits := strconv.FormatUint(uint64(Dollar)+rest, 10)[1:]
		text += "." + strings.TrimRight(digits, "0")
	}
	return sign + text
}

// Rat is the exact number of dollars.
func (m Money) Rat() *big.Rat { return big.NewRat(int64(m), int64(Dollar)) }

// Dollars as a float: for charts, not for sums.
func (m Money) Dollars() float64 { return float64(m) / float64(Dollar) }

// CostOf is in millionths of a millionth of a dollar; nil: not known. Of an answer:
// response.Gateway.Cost. GetTotalPicousd says 0 then.
func CostOf(cost *inferwirev1.Cost) *int64 {
	if cost == nil {
		return nil
	}
	return cost.TotalPicousd
}

// What a call cost; false: it has no price.
func costOf(gateway *inferwirev1.GatewayInfo) (Money, bool) { return moneyOf(gateway.GetCost()) }

func moneyOf(cost *inferwirev1.Cost) (Money, bool) {
	total := CostOf(cost)
	if total == nil {
		return 0, false
	}
	return Money(*total), true
}
